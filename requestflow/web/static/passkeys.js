// Signs in and confirms with a passkey; where the browser has none, pages work by password and code.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const base64url = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

function asked(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) options.user.id = bytes(options.user.id);
  for (const list of [options.allowCredentials, options.excludeCredentials]) {
    for (const one of list ?? []) one.id = bytes(one.id);
  }
  return { publicKey: options };
}

function answered(credential) {
  const response = {};
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  for (const part of parts) {
    if (credential.response[part]) response[part] = base64url(credential.response[part]);
  }
  const { id, type } = credential;
  return JSON.stringify({ id, rawId: base64url(credential.rawId), type, response, clientExtensionResults: {} });
}

async function use(place, form) {
  const answer = await fetch(place.dataset.passkey, {
    method: "POST",
    headers: { "X-CSRFToken": form.elements.csrf_token.value },
  });
  if (!answer.ok) throw new Error(answer.statusText);
  const options = asked(await answer.json());
  const keys = navigator.credentials;
  return "new" in place.dataset ? keys.create(options) : keys.get(options);
}

if (window.PublicKeyCredential) {
  for (const note of document.querySelectorAll("[data-without-passkeys]")) note.hidden = true;
  for (const place of document.querySelectorAll("[data-passkey]")) {
    const form = place.closest("form");
    const [button, told] = [place.querySelector("button"), place.querySelector("[role=alert]")];
    place.hidden = false;
    button.addEventListener("click", async () => {
      button.disabled = true;
      told.hidden = true;
      try {
        place.querySelector("input").value = answered(await use(place, form));
        form.submit();
      } catch {
        told.hidden = false;
        button.disabled = false;
      }
    });
  }
}
