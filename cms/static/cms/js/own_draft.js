// Wagtail's editor saves by itself. Here it does so only after somebody has touched the page, never once a button that sends
// the form was pressed, and never with what that button does. A press waits for the autosave that is under way, so that both
// don't write at once; it takes along the number of what this window has saved, which is no other person's newer version.
(() => {
  const LONGEST_WAIT = 15000; // ms; the server copes with both at once, too
  const REFUSED = "refused"; // in the place of a form's content: differs from it whatever it is
  const FIELDS_FOLLOW = 500; // ms; the editor of texts writes into its field some 250 ms after the last key
  const ACTION = /^(?:action-|workflow-action)/;
  const TOUCHES = ["keydown", "pointerdown", "paste", "drop", "input", "change"];
  const wagtailController = (form, name) => form && window.wagtail?.app?.getControllerForElementAndIdentifier(form, name);
  let form = null;
  let isTouched = false;
  let typedAt = -FIELDS_FOLLOW;
  let saved = ""; // the number of the revision that this window's autosaves write
  let baseline = null; // the form as it was before the first touch, then as it was last saved
  let sent = ""; // the form as the autosave that is under way sends it
  let autosave = null; // the latest event that asks for one
  let isUnderWay = false;
  let sending = null; // the button that was pressed: its name and value

  const touch = (event) => {
    if (!event.isTrusted) return;
    if (event.type !== "pointerdown") typedAt = performance.now();
    if (isTouched) return;
    isTouched = true;
    const unsaved = wagtailController(form, "w-unsaved");
    if (!unsaved) return;
    if (unsaved.forceValue) {
      // A refused form is unsaved as it stands, but Wagtail 8 doesn't watch what is typed into it.
      baseline = unsaved.initialFormData = REFUSED;
      unsaved.forceValue = false;
      unsaved.checkIntervalValueChanged(unsaved.checkIntervalValue);
      return;
    }
    // What the editor's own parts have filled in until now is no edit; an "input" without a key before it is one already.
    if (event.type === "input" || event.type === "change") return;
    unsaved.setInitialFormData();
    baseline = unsaved.initialFormData;
  };
  for (const name of TOUCHES) document.addEventListener(name, touch, { capture: true });

  const isFresh = () => !isTouched && form?.dataset.wUnsavedForceValue !== "true";
  document.addEventListener(
    "w-unsaved:add",
    (event) => {
      if (!isFresh()) return;
      event.stopImmediatePropagation();
      wagtailController(event.target, "w-unsaved")?.clear();
    },
    { capture: true },
  );
  document.addEventListener(
    "w-autosave:save",
    (event) => {
      const unsaved = wagtailController(event.target, "w-unsaved");
      // Wagtail asks again for what was typed during an autosave, also when another one has taken it along.
      const isSaved = unsaved && !unsaved.hasEditsValue && !unsaved.hasCommentsValue;
      if (sending || isFresh() || isSaved) {
        event.stopImmediatePropagation();
        event.preventDefault();
        return;
      }
      for (const name of [...event.detail.formData.keys()]) if (ACTION.test(name)) event.detail.formData.delete(name);
      sent = unsaved?.formData ?? "";
      autosave = event;
      isUnderWay = true;
    },
    { capture: true },
  );
  // Wagtail 8 takes the form as it is then for unchanged two seconds after it has begun, and at the answer to an autosave
  // (`clear` in w-unsaved): what was typed by then is an edit.
  document.addEventListener("w-unsaved:watch-edits", ({ target }) => {
    const unsaved = baseline !== null && wagtailController(target, "w-unsaved");
    if (unsaved) unsaved.initialFormData = unsaved.previousFormData = baseline;
  });
  // The numbers that the server gives to new rows are written into the form before the answer is announced.
  const withUpdates = (fields, updates) => {
    const all = new URLSearchParams(fields);
    for (const [name, value] of Object.entries(updates ?? {})) if (all.has(name)) all.set(name, value);
    return all.toString();
  };
  document.addEventListener("w-autosave:success", ({ detail }) => (baseline = withUpdates(sent, detail?.response?.field_updates)), { capture: true });
  document.addEventListener("w-autosave:success", (event) => {
    saved = event.detail?.response?.revision_id ?? saved;
    isUnderWay = false;
    const unsaved = wagtailController(event.target, "w-unsaved");
    unsaved?.check();
  });
  document.addEventListener("w-autosave:error", () => (isUnderWay = false));

  const send = (event) => {
    if (event.target !== form) return;
    const { submitter } = event;
    if (sending) {
      if (!sending.isFree) event.preventDefault(); // pressed twice: the first goes as soon as it can
      return;
    }
    const isReview = submitter?.hasAttribute("data-workflow-action-name") || !submitter;
    if (!isReview) form.querySelectorAll("input[type=hidden][name^='workflow-action'], input[name='action-workflow-action']").forEach((one) => one.remove());
    sending = { name: submitter?.name ?? "", value: submitter?.value ?? "", isFree: true };
    autosave?.preventDefault(); // asked for, not yet sent
    const underWay = isUnderWay && wagtailController(form, "w-autosave")?.submitPromise;
    const pause = typedAt + FIELDS_FOLLOW - performance.now();
    if (!underWay && pause <= 0) return;
    sending.isFree = false;
    event.preventDefault();
    const go = () => {
      if (sending.isFree) return;
      sending.isFree = true;
      form.requestSubmit();
    };
    const written = new Promise((done) => setTimeout(done, Math.max(pause, 0)));
    Promise.allSettled([underWay, written]).then(go);
    setTimeout(go, LONGEST_WAIT);
  };

  document.addEventListener("formdata", ({ target, formData }) => {
    if (target !== form || !sending?.isFree) return;
    if (saved) formData.set("saved_here", saved);
    if (sending.name) formData.set(sending.name, sending.value); // the button may be disabled by now
  });

  const start = () => {
    form = document.querySelector("[data-edit-form]");
    if (!form) return;
    document.addEventListener("submit", send, { capture: true });
    // jQuery sends a review with a comment by form.submit(), which tells nobody.
    form.submit = () => form.requestSubmit();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();

  // Back to a page that was sent: it can be written on again.
  window.addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    sending = null;
    form?.querySelectorAll("input[name='action-workflow-action'], input[name^='workflow-action']").forEach((one) => one.remove());
  });
})();
