// A form with data-submit-on-change is sent when one of its choices changes.
export function start(): void {
  document.addEventListener("change", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form[data-submit-on-change]") : null;
    if (form instanceof HTMLFormElement) form.requestSubmit();
  });
}
