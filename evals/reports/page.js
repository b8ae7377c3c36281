(function () {
  "use strict";
  var form = document.getElementById("filter");
  if (!form) { return; }
  var cases = Array.prototype.slice.call(document.querySelectorAll("details.case"));
  var texts = cases.map(function (one) { return one.textContent.toLowerCase(); });
  var count = document.getElementById("count");
  form.hidden = false;
  function show() {
    var words = form.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    var ending = form.ending.value, shown = 0;
    cases.forEach(function (one, i) {
      var ends = one.dataset.ends.split(" ");
      var fits = !ending || (ending === "differ" ? one.dataset.differ === "yes" : ending === "named" ? one.dataset.named === "yes"
        : ends.indexOf(ending) >= 0);
      fits = fits && words.every(function (word) { return texts[i].indexOf(word) >= 0; });
      one.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    count.textContent = shown + " of " + cases.length + " cases shown";
  }
  form.addEventListener("input", show);
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  function open() {
    var one = document.getElementById(location.hash.slice(1));
    if (one && one.tagName === "DETAILS") { one.hidden = false; one.open = true; one.scrollIntoView(); }
  }
  window.addEventListener("hashchange", open);
  show();
  open();
})();
