() => {
  // A random key of this browser: conversations are kept under it, and nobody else can list them.
  let owner = localStorage.getItem("hpa-owner");
  if (!owner) {
    owner = Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
    localStorage.setItem("hpa-owner", owner);
  }
  return [owner, localStorage.getItem("hpa-last") || "", localStorage.getItem("hpa-hospital") || ""];
}
