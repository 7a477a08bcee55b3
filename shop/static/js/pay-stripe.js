// Stripe's fields on our payment page. Without this script, or when it fails, the form leads to Stripe's own page.
const form = document.getElementById("hosted");
const fields = document.getElementById("hosted-fields");
const button = document.getElementById("hosted-pay");
const error = document.getElementById("hosted-error");

function say(text) {
  error.textContent = text;
  error.hidden = !text;
}

function loadStripe() {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = "https://js.stripe.com/v3/";
    script.onload = () => resolve(window.Stripe);
    script.onerror = reject;
    document.head.append(script);
  });
}

async function openPayment() {
  const body = new FormData(form);
  body.set("by", "fields");
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "application/json" } });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.error);
  if (said.next_action?.type !== "stripe") throw new Error("");
  return said.next_action.client_secret;
}

async function mount() {
  const Stripe = await loadStripe();
  const clientSecret = await openPayment();
  const stripe = Stripe(form.dataset.key, { locale: form.dataset.language });
  const elements = stripe.elements({ clientSecret });
  const element = elements.create("payment");
  await new Promise((resolve, reject) => {
    element.on("ready", resolve);
    element.on("loaderror", (event) => reject(new Error(event.error?.message)));
    fields.hidden = false;
    element.mount(fields);
  });
  document.getElementById("hosted-away").hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    say("");
    const confirmed = await stripe.confirmPayment({ elements, confirmParams: { return_url: form.dataset.back } });
    say(confirmed.error?.message ?? "");
    button.disabled = false;
  });
}

mount().catch((problem) => {
  fields.hidden = true;
  say(problem.message || form.dataset.trouble);
});
