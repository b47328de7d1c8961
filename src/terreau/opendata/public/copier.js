// A button that copies a line, where the browser can; without script the line is selected by hand.
(function () {
  "use strict";
  if (!navigator.clipboard) return;
  document.querySelectorAll("[data-copie]").forEach(function (button) {
    var line = document.getElementById(button.dataset.copie);
    var said = button.nextElementSibling;
    button.hidden = false;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(line.value).then(
        function () { said.textContent = button.dataset.fait; },
        function () { line.focus(); line.select(); }
      );
    });
  });
})();
