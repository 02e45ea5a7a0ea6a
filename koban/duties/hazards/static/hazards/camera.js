// The camera with the first photograph laid over it, and what the telephone says of place and direction.
// Without it the form below takes any photo; place and direction are then read from the picture, or chosen by hand.

const camera = document.querySelector("[data-camera]");

if (camera) {
  const form = document.querySelector("form.form[enctype]"), said = camera.dataset;
  const [view, video, tools] = [".camera-view", "video", ".camera-tools"].map((one) => camera.querySelector(one));
  const [start, shoot, fade] = ["[data-start]", "[data-shoot]", "[data-fade]"].map((one) => camera.querySelector(one));
  const saidPlace = camera.querySelector("[data-said-place]"), saidHeading = camera.querySelector("[data-said-heading]");
  const field = (name) => form.elements.namedItem(name);
  const first = said.lon ? { lon: Number(said.lon), lat: Number(said.lat), heading: Number(said.heading) } : null;
  let watching, headingByHand = false;

  if (navigator.mediaDevices?.getUserMedia) tools.hidden = false;
  else saidPlace.textContent = said.noCamera;
  start.addEventListener("click", open);
  shoot.addEventListener("click", take);
  fade?.addEventListener("input", () => { camera.querySelector(".camera-over").style.opacity = fade.value / 100; });
  field("heading").addEventListener("input", () => { headingByHand = true; });
  for (const name of ["lon", "lat"]) field(name).addEventListener("change", () => { field("source").value = "map"; field("accuracy").value = ""; });
  field("photo").addEventListener("change", () => { if (!watching) sense(); }, { once: true });

  async function open() {
    sense();
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 } } });
      await video.play();
      view.hidden = shoot.hidden = false;
      start.hidden = true;
      camera.querySelector(".camera-first")?.setAttribute("hidden", "");
      camera.querySelector(".camera-fade")?.removeAttribute("hidden");
    } catch { saidPlace.textContent = said.noCamera; }
  }

  function sense() {
    if (watching !== undefined) return;
    watching = navigator.geolocation?.watchPosition(place, () => { saidPlace.textContent = said.noPlace; }, { enableHighAccuracy: true, maximumAge: 2000, timeout: 20000 });
    const ask = window.DeviceOrientationEvent?.requestPermission;
    Promise.resolve(ask ? ask.call(window.DeviceOrientationEvent) : "granted").catch(() => "denied").then((answer) => {
      if (answer !== "granted") { saidHeading.textContent = said.noHeading; return; }
      for (const kind of ["deviceorientationabsolute", "deviceorientation"]) window.addEventListener(kind, turn);
    });
  }

  function place({ coords }) {
    if (field("source").value === "map") return;
    field("lon").value = coords.longitude.toFixed(6);
    field("lat").value = coords.latitude.toFixed(6);
    field("accuracy").value = Math.round(coords.accuracy);
    const here = { lon: coords.longitude, lat: coords.latitude };
    const far = first ? metres(first, here) : 0;
    saidPlace.textContent = first ? `⌖ ${Math.round(far)} m (± ${Math.round(coords.accuracy)} m)` : `⌖ ± ${Math.round(coords.accuracy)} m`;
    mark(saidPlace, !first || far <= Number(said.near));
  }

  function turn(event) {
    const north = event.webkitCompassHeading ?? (event.absolute && event.alpha !== null ? 360 - event.alpha : undefined);
    if (north === undefined || headingByHand) return;
    const heading = ((north + (screen.orientation?.angle ?? 0)) % 360 + 360) % 360;
    field("heading").value = Math.round(heading) % 360;
    const off = first ? Math.abs(((heading - first.heading + 540) % 360) - 180) : 0;
    saidHeading.textContent = first ? `↻ ${Math.round(off)}°` : `↑ ${Math.round(heading)}°`;
    mark(saidHeading, !first || off <= Number(said.turned));
  }

  function mark(line, good) { line.classList.toggle("is-good", good); line.classList.toggle("is-far", !good); }

  function metres(a, b) {
    const east = (b.lon - a.lon) * 111195 * Math.cos(a.lat * Math.PI / 180), north = (b.lat - a.lat) * 111195;
    return Math.hypot(east, north);
  }

  function take() {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob((blob) => {
      const files = new DataTransfer();
      files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
      field("photo").files = files.files;
      field("photo").dispatchEvent(new Event("change", { bubbles: true }));
      form.querySelector("button.btn-primary").focus();
    }, "image/jpeg", 0.9);
  }
}
