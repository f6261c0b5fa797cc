/* What a site does with the chat: say who is signed in, and open it where it helps. */
window.Parlour ??= [];
const account = document.getElementById("account");
const order = document.getElementById("order");

async function identity() {
  const response = await fetch("/demo/identity", { method: "POST" });
  return (await response.json()).jwt; // a real shop's server signs this for whom it signed in
}

async function enter(signedIn) {
  account.setAttribute("aria-pressed", `${signedIn}`);
  account.textContent = signedIn ? "Sign out" : "Sign in as Ana";
  order.hidden = !signedIn;
  sessionStorage.setItem("signedIn", signedIn ? "1" : "");
  window.Parlour.push(["identify", signedIn ? await identity() : null]);
}

account.addEventListener("click", () => enter(account.getAttribute("aria-pressed") !== "true"));
document.getElementById("ask").addEventListener("click", () => {
  window.Parlour.push(["setAttributes", { order: "4711" }]);
  window.Parlour.push(["open"]);
});
window.Parlour.push(["on", "expired", async () => window.Parlour.push(["identify", await identity()])]);
if (sessionStorage.getItem("signedIn")) enter(true);
