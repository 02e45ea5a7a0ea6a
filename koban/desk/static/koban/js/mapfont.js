// Which font draws the map's letters. A machine with a Chinese font of its own draws with that and fetches nothing.

const LOCAL = "Koban Sans, PingFang SC, HarmonyOS Sans SC, MiSans, Source Han Sans SC, Noto Sans CJK SC, Microsoft YaHei";
const OURS = "Koban Sans SC";

function picture(letter) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [24, 24];
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = `20px "PingFang SC", "HarmonyOS Sans SC", "Source Han Sans SC", "Noto Sans CJK SC", "Microsoft YaHei", serif`;
  pen.textBaseline = "top";
  pen.fillText(letter, 0, 0);
  return pen.getImageData(0, 0, 24, 24).data.join();
}

/** Two letters that look the same are the box that stands for a missing one. */
function hasChinese() {
  return picture("永") !== picture("警");
}

/** Our faces as the sheets of the page name them, so that hashed addresses stay right. */
function ourFaces() {
  const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
  return rules
    .filter((rule) => rule instanceof CSSFontFaceRule && /Koban Sans/.test(rule.style.getPropertyValue("font-family")))
    .map((rule) => ({
      url: new URL(rule.style.getPropertyValue("src").match(/url\("?([^")]+)"?\)/)[1], rule.parentStyleSheet.href).href,
      "unicode-range": rule.style.getPropertyValue("unicode-range").split(",").map((range) => range.trim()),
    }));
}

export function font() {
  return hasChinese() ? { font: LOCAL, faces: null } : { font: OURS, faces: ourFaces() };
}
