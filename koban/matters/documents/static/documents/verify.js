// A scanned code brings the credential behind the "#", which no browser sends to a server.
// It goes into the form, and out of the address and the history at once.

const form = document.querySelector("[data-paper]");
const [, digits] = location.hash.match(/^#(\d{100,4000})$/) ?? [];
if (form && digits) {
  history.replaceState(null, "", location.pathname);
  form.elements.namedItem("paper").value = digits;
  form.requestSubmit();
}
