// Within a frame: tells the page around it how high the frame's content is. A height is no secret: any page may hear it.
(function () {
  "use strict";
  if (window.parent === window) return;
  var last = 0;
  function tell(loaded) {
    var height = document.documentElement.getBoundingClientRect().height;
    if (height === last && !loaded) return;
    last = height;
    window.parent.postMessage({ terreau: { height: height, loaded: loaded } }, "*");
  }
  tell(true);
  window.addEventListener("load", function () { tell(false); });
  if (window.ResizeObserver) new ResizeObserver(function () { tell(false); }).observe(document.documentElement);
})();
