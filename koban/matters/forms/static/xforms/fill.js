// The desk's page that fills in a form: fetches it, mounts it, sends it; also the preview, which sends nothing.
import { mount } from './forms.js';

const place = document.querySelector('[data-form]');
const button = document.querySelector('[data-form-send]');
const told = document.querySelector('[data-form-told]');

function say(text, tone = 'red') {
    told.textContent = text;
    told.className = `notice tone-${tone}`;
    told.hidden = !text;
}

async function post({ xml, files }) {
    const body = new FormData();
    body.append('xml_submission_file', new Blob([xml], { type: 'text/xml' }), 'submission.xml');
    for (const { name, blob } of files) body.append(name, blob, name);
    const headers = { 'X-CSRFToken': document.querySelector('[name=csrfmiddlewaretoken]').value, Accept: 'application/json' };
    const answer = await fetch(place.dataset.send, { method: 'POST', body, headers });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.detail || said.title);
    return said;
}

try {
    const answer = await fetch(place.dataset.form, { headers: { Accept: 'application/json' } });
    const form = await mount(place, { form: await answer.json(), submit: post });
    place.dataset.ready = 'yes';
    button?.addEventListener('click', async () => {
        button.disabled = true;
        say('');
        try {
            const said = await form.send();
            if (said) window.location.assign(said.url);
            else say(place.dataset.missing);
        } catch (why) {
            say(why.message || place.dataset.failed);
        } finally {
            button.disabled = false;
        }
    });
} catch (why) {
    say(`${place.dataset.failed} ${why.message || ''}`);
    place.dataset.ready = 'no';
}
