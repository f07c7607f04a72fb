/** Nothing hangs over the edge of the phone. */
export function fitsThePhone() {
    const page = document.documentElement;
    if (page.scrollWidth > page.clientWidth) {
        throw new Error(`The page is ${page.scrollWidth - page.clientWidth} px too wide.`);
    }
}

/** What a page says in Persian, which is read from right to left. */
export const readPersian = (selector) => ({
    content: "The page is in Persian, from right to left, and fits the phone",
    trigger: `#wrapwrap.o_rtl ${selector}`,
    run({ anchor }) {
        if (!/[\u0600-\u06FF]{2}/.test(anchor.textContent)) {
            throw new Error(`This is not Persian: ${anchor.textContent}`);
        }
        fitsThePhone();
    },
});
