// The browsable API: the answer in colours.
window.prettyPrint();
