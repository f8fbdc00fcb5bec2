// Lets acts.js ask for two notices to be compared; pages/differ.py listens for 'differ'.
window.hpa = window.hpa || {};
window.hpa.differ = (a, b) => trigger("differ", { a, b });
