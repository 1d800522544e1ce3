// Why a picture or document wasn't taken in the window in which one is chosen, or not deleted under those just uploaded: Wagtail's
// scripts show nothing of it. The form stays with its file, to be sent again (cms/guidance/views/several_files.py).
function noticeOf({ status, responseText }, type) {
  if (status >= 400 && type.startsWith("text/plain")) return responseText; // of the proxy: too large, too often, nobody there
  try {
    return JSON.parse(responseText).notice;
  } catch {
    return null; // no JSON
  }
}

function show(text) {
  const form = document.querySelector(".modal form[data-chooser-modal-creation-form]");
  if (!form) {
    document.dispatchEvent(new CustomEvent("w-messages:add", { detail: { clear: true, text, type: "error" } }));
    return;
  }
  const notice = form.querySelector("[data-notice]") ?? document.createElement("p");
  notice.dataset.notice = "";
  notice.className = "help-block help-critical";
  notice.setAttribute("role", "alert");
  notice.textContent = text;
  form.prepend(notice);
  form.querySelector("[data-w-progress-loading-value]")?.removeAttribute("data-w-progress-loading-value"); // the button can be pressed
}

window.jQuery?.(document).on("ajaxComplete", (_event, xhr) => {
  const text = noticeOf(xhr, xhr.getResponseHeader("Content-Type") ?? "");
  if (text) show(text);
});
