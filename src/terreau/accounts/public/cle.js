// A passkey needs a script: without one, nothing of it is shown.
for (const form of document.querySelectorAll("[data-cle]")) form.hidden = false;

// Refused by its holder, or missing: told on the page, where allauth only tells the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("cle-refusee").hidden = false;
});
