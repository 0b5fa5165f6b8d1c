// Passkeys: makes or uses one with the browser's own dialogue. Buttons carry data-passkey="get" or "create" and stay hidden where
// the browser has no passkeys. Nothing else on the page depends on this file.
(() => {
  "use strict";
  const able = window.PublicKeyCredential && navigator.credentials && PublicKeyCredential.parseRequestOptionsFromJSON;
  if (!able) return;
  const post = async (url, body) => {
    const answer = await fetch(url, { method: "POST", credentials: "same-origin", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const ceremony = async (button) => {
    const start = await post(button.dataset.begin, {});
    let credential;
    if (button.dataset.passkey === "create") {
      credential = await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(start.options.publicKey) });
    } else {
      credential = await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(start.options.publicKey) });
    }
    const name = button.dataset.name ? document.getElementById(button.dataset.name).value : "";
    return post(button.dataset.finish, { token: start.token, answer: credential.toJSON(), name, next: button.dataset.next || "" });
  };
  for (const button of document.querySelectorAll("[data-passkey]")) {
    button.hidden = false;
    const form = button.closest("[data-passkey-form]");
    if (form) form.hidden = false;
    button.addEventListener("click", async () => {
      const say = document.getElementById(button.dataset.say);
      if (say) say.textContent = "";
      button.disabled = true;
      try {
        const done = await ceremony(button);
        location.assign(done.url);
        if (done.url.includes("#")) location.reload();
      } catch {
        if (say) say.textContent = button.dataset.failed;
      } finally {
        button.disabled = false;
      }
    });
  }
})();
