// The few words of the engine itself; a form's own words come with the form.
const WORDS = {
    en: {
        'constraint.invalid': 'This is not allowed here',
        'constraint.required': 'Please answer this',
        'form.required': 'required',
        'filepicker.placeholder': 'Choose a file or take a picture (up to __maxSize__)',
        'filepicker.notFound': 'The file __existing__ is not here; leave it as it is if it was sent before.',
        'filepicker.waitingForPermissions': 'Waiting for permission',
        'filepicker.resetWarning': 'Remove the __item__?',
        'filepicker.toolargeerror': 'The file is larger than __maxSize__',
        'filepicker.file': 'file',
        'drawwidget.drawing': 'drawing',
        'drawwidget.signature': 'signature',
        'drawwidget.annotation': 'file and drawing',
        'selectpicker.noneselected': 'nothing chosen',
        'selectpicker.numberselected': '__number__ chosen',
        'rankwidget.tapstart': 'Tap to begin',
        'rankwidget.clickstart': 'Click to begin',
        'widget.comment.update': 'Update',
        'alert.valuehasspaces.multiple': 'An answer has a space in it: “__value__”',
        'alert.gotonotfound.msg': 'There is no question “__path__”',
        'confirm.repeatremove.heading': 'Remove these answers?',
        'confirm.repeatremove.msg': 'Remove these answers? They cannot be brought back.',
    },
    zh: {
        'constraint.invalid': '此处不允许这样填写',
        'constraint.required': '请填写此项',
        'form.required': '必填',
        'filepicker.placeholder': '选择文件或拍照(不超过 __maxSize__)',
        'filepicker.notFound': '文件 __existing__ 不在本机;若此前已发送,请保持不变。',
        'filepicker.waitingForPermissions': '正在等待许可',
        'filepicker.resetWarning': '要移除__item__吗?',
        'filepicker.toolargeerror': '文件超过 __maxSize__',
        'filepicker.file': '文件',
        'drawwidget.drawing': '绘图',
        'drawwidget.signature': '签名',
        'drawwidget.annotation': '文件和标注',
        'selectpicker.noneselected': '未选择',
        'selectpicker.numberselected': '已选 __number__ 项',
        'rankwidget.tapstart': '点按开始',
        'rankwidget.clickstart': '点击开始',
        'widget.comment.update': '更新',
        'alert.valuehasspaces.multiple': '答案中含有空格:“__value__”',
        'alert.gotonotfound.msg': '没有问题“__path__”',
        'confirm.repeatremove.heading': '要移除这些内容吗?',
        'confirm.repeatremove.msg': '要移除这些内容吗?移除后无法恢复。',
    },
};
let spoken = WORDS.en;

export function speak(language) {
    spoken = String(language).startsWith('zh') ? WORDS.zh : WORDS.en;
}

export function t(key, options = {}) {
    return (spoken[key] || WORDS.en[key] || '').replace(/__([^_]+)__/g, (_all, name) => options[name] ?? '');
}
