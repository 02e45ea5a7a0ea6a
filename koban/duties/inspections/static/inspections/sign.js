/* A signature is drawn with finger, pen or mouse and sent as a picture. Without a script the paper is signed instead. */

for (const box of document.querySelectorAll("[data-sign]")) {
  const field = document.getElementById(box.dataset.sign);
  const canvas = box.querySelector("canvas");
  const pen = canvas.getContext("2d");
  let last = null;
  box.hidden = false;
  Object.assign(pen, { lineWidth: 3, lineCap: "round", lineJoin: "round", strokeStyle: "#111" });

  const clear = () => {
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    field.value = "";
  };
  const at = (event) => {
    const frame = canvas.getBoundingClientRect();
    const scale = canvas.width / frame.width;
    return [(event.clientX - frame.left) * scale, (event.clientY - frame.top) * scale];
  };
  const draw = (event) => {
    if (!last) return;
    const next = at(event);
    pen.beginPath();
    pen.moveTo(...last);
    pen.lineTo(...next);
    pen.stroke();
    last = next;
  };
  const keep = () => {
    if (last) field.value = canvas.toDataURL("image/png");
    last = null;
  };

  clear();
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    draw(event);
  });
  canvas.addEventListener("pointermove", draw);
  canvas.addEventListener("pointerup", keep);
  canvas.addEventListener("pointercancel", keep);
  box.querySelector("[data-sign-clear]").addEventListener("click", clear);
}
