// Passkeys. A button [data-passkey="create" or "get"] asks data-options for the question, the browser for its
// answer, and sends that with its form to data-action. What went wrong is said in the form's [data-passkey-error].
const supported = Boolean(window.PublicKeyCredential && navigator.credentials);

function said(form, text) {
  const line = form.querySelector("[data-passkey-error]");
  line.textContent = text;
  line.hidden = text === "";
}

// A question for an answer needs nothing of what was typed.
function onlyCsrf(form) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
  return data;
}

async function question(button) {
  const response = await fetch(button.dataset.options, {
    method: "POST",
    body: button.dataset.passkey === "create" ? new FormData(button.form) : onlyCsrf(button.form),
    headers: { Accept: "application/json" },
  });
  const isJson = (response.headers.get("content-type") || "").includes("json");
  const body = isJson ? await response.json() : {};
  if (!response.ok || !isJson) {
    throw new Error(body.detail || button.dataset.failed);
  }
  return body;
}

async function ceremony(button) {
  const asked = await question(button);
  try {
    return await window.webauthnJSON[button.dataset.passkey](asked);
  } catch (error) {
    throw new Error(error.name === "SecurityError" ? button.dataset.refused : button.dataset.cancelled);
  }
}

function send(button, answer) {
  const { form } = button;
  form.elements.credential.value = JSON.stringify(answer);
  form.querySelectorAll('input[type="password"]').forEach((input) => {
    input.disabled = true;
  });
  form.action = button.dataset.action;
  form.submit();
}

document.querySelectorAll("[data-passkey]").forEach((button) => {
  button.form.querySelector("[data-passkey-missing]").hidden = true;
  if (!supported) {
    said(button.form, button.dataset.unsupported);
    return;
  }
  button.hidden = false;
  button.form.querySelector("[data-passkey-part]")?.removeAttribute("hidden");
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said(button.form, "");
    try {
      send(button, await ceremony(button));
    } catch (error) {
      said(button.form, error.message);
      button.disabled = false;
    }
  });
});
