// Before the first paint, so that a chosen theme never flashes. A file of its own: the policy allows no inline script.
(function () {
  try {
    var theme = localStorage.getItem('gw.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.setAttribute('data-theme', theme);
  } catch {
    // Storage is switched off: the system's choice stands.
  }
})();
