// Lets acts.js hand over a message that asks for a document; pages/writing.py listens for 'write'.
window.hpa = window.hpa || {};
window.hpa.write = (subject) => trigger("write", { subject });
