// Enter goes to the next field of the sheet, as on a till; on the last one, to the button that saves.
(function () {
  "use strict";
  var form = document.querySelector("[data-saisie]");
  if (!form) return;
  form.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
    event.preventDefault();
    var fields = Array.from(form.querySelectorAll("input:not([type=hidden]),textarea,button[name=save]"));
    var next = fields[fields.indexOf(event.target) + 1];
    if (next) next.focus();
    if (next && next.select) next.select();
  });
})();
