// A passkey refused by its holder, or missing: told on the page, where allauth only tells the console.
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("cle-refusee").hidden = false;
});
