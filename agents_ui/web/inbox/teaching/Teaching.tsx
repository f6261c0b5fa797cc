/** What the bot could be taught. */
export default function Teaching() {
  return <section class="page" />;
}
