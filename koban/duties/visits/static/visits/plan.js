// A press on a door of the plan fills the form beside it. Without this the address is typed.

const form = document.querySelector("#plan form");
form?.elements.namedItem("place")?.setAttribute("list", "doors");

for (const link of document.querySelectorAll("[data-plan]"))
  link.addEventListener("click", () => {
    form.elements.namedItem("place").value = link.dataset.plan;
    const why = form.elements.namedItem("why");
    if ([...why.options].some((option) => option.value === link.dataset.why)) why.value = link.dataset.why;
    form.elements.namedItem("on").focus();
  });
