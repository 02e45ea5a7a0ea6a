// The QR code of a receipt brings number and secret behind the "#", which no browser sends to a server.
// They go into the form, and out of the address and the history at once.

const form = document.querySelector("[data-receipt]");
const [, number, secret] = decodeURIComponent(location.hash).match(/^#(\d{4}-\d+)\.([0-9A-Za-z-]+)$/) ?? [];
if (form && number) {
  history.replaceState(null, "", location.pathname);
  form.elements.namedItem("number").value = number;
  form.elements.namedItem("secret").value = secret;
  form.querySelector("button").focus();
}
