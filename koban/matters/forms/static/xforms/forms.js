// One form in a page, drawn by Enketo's engine. The desk and the field app both use this module; it asks nobody anything.
//
//   import { mount } from '/static/xforms/forms.js';
//   const form = await mount(element, { form: package, submit });   // package: drawing.package of the server, as JSON
//
// submit: async ({ xml, files, instanceId }) => …, files: [{ name, blob }]; called when everything that is asked is there.
// language: 'en' or 'zh'. record: XML of an earlier edition, to go on with it.
// The result: { check(), read(), language(code), close() }. read() gives what `submit` gets, also of a half-filled form.
import { Form, fileManager, speak } from '../vendor/enketo/enketo.mjs';

const MOST_MB = 20;
fileManager.isTooLarge = (file) => file.size > MOST_MB * 1_000_000;
fileManager.getMaxSizeReadable = () => `${MOST_MB} MB`;

function table({ id, columns, rows }) {
    const doc = document.implementation.createDocument('', 'root', null);
    for (const row of rows) {
        const item = doc.createElement('item');
        columns.forEach((column, at) => {
            const node = doc.createElement(column);
            node.textContent = row[at] ?? '';
            item.append(node);
        });
        doc.documentElement.append(item);
    }
    return { id, xml: doc };
}

function edition(record) {
    return record ? { instanceStr: record, submitted: true } : {};
}

// The XForm's own chooser stays where the form speaks several languages; without words of the reader it takes the first.
function chosen(form, language) {
    const codes = [...form.querySelectorAll('#form-languages option')].map((option) => option.value);
    return codes.includes(language) ? language : codes.find((code) => code && code !== 'default');
}

const HERE = { en: 'I am here', zh: '我在此处' };

// A place is written as `latitude longitude altitude accuracy`; where the device may say it, a button does.
function positions(shown, code) {
    const allowed = document.featurePolicy?.allowsFeature?.('geolocation') ?? true;
    if (!navigator.geolocation || !allowed) return;
    for (const input of shown.querySelectorAll('input[data-type-xml="geopoint"]')) {
        const button = document.createElement('button');
        button.type = 'button';
        button.className = 'btn here';
        button.textContent = HERE[code] || HERE.en;
        button.addEventListener('click', () => navigator.geolocation.getCurrentPosition(({ coords }) => {
            input.value = [coords.latitude, coords.longitude, coords.altitude || 0, coords.accuracy].join(' ');
            input.dispatchEvent(new Event('change', { bubbles: true }));
        }, () => {}, { enableHighAccuracy: true, timeout: 20_000 }));
        input.after(button);
    }
}

export async function mount(element, { form: given, submit = null, language = document.documentElement.lang, record = '' }) {
    const code = String(language).startsWith('zh') ? 'zh' : String(language).slice(0, 2);
    speak(code);
    const parsed = new DOMParser().parseFromString(given.html, 'text/html').querySelector('form.or');
    element.replaceChildren(document.importNode(parsed, true));
    const shown = element.querySelector('form.or');
    const speaks = chosen(shown, code);
    const told = { modelStr: given.model, external: (given.external || []).map(table), ...edition(record) };
    const engine = new Form(shown, told, speaks ? { language: speaks } : {});
    const problems = engine.init();
    positions(shown, code);
    shown.addEventListener('submit', (event) => event.preventDefault());

    const read = () => {
        const xml = engine.getDataStr({ irrelevant: false });
        const files = fileManager.getCurrentFiles().map((blob) => ({ name: blob.name, blob }));
        return { xml, files, instanceId: engine.instanceID };
    };
    const check = () => engine.validate();
    return {
        problems, read, check,
        language: (other) => engine.langs?.setFormUi?.(other),
        close: () => { engine.resetView(); element.replaceChildren(); },
        async send() {
            if (!(await check())) {
                shown.querySelector('.invalid-required, .invalid-constraint')?.scrollIntoView({ block: 'center' });
                return null;
            }
            return submit(read());
        },
    };
}
