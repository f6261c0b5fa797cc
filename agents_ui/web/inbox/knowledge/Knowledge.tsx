/** What the desk knows: its articles, and the questions that they answer. */
export default function Knowledge() {
  return null;
}
