// Single keys can be switched off (WCAG 2.1.4); the choice stays in this browser.

const NAME = "saapuva.single-keys";
export const singleKeysOn = () => localStorage.getItem(NAME) !== "off";
export const setSingleKeys = (on) => localStorage.setItem(NAME, on ? "on" : "off");

/** Is the focus where letters are typed? Boxes and buttons are no such place. */
export const takesText = (target) =>
  target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName) ||
  (target.tagName === "INPUT" && !/^(radio|checkbox|button|submit)$/.test(target.type));
