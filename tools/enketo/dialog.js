const words = (content) => content.message || content;

export default {
    alert: (content) => Promise.resolve(window.alert(words(content))),
    confirm: (content) => Promise.resolve(window.confirm(words(content))),
    prompt: (content, given) => Promise.resolve(window.prompt(words(content), given)),
};
