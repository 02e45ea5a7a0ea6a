// What is bundled by tools/vendor.py: the engine of Enketo, with the widgets that need no other host.
export { Form } from 'enketo-core/src/js/form';
export { default as fileManager } from 'enketo/file-manager';
export { speak } from 'enketo/translator';
