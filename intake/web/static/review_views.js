// The views beside the page: tabs by mouse and by arrow keys, and the history of one field in a window.

export class Tabs {
  constructor(list) {
    this.tabs = [...list.querySelectorAll('[role="tab"]')];
    list.addEventListener("click", (event) => {
      const tab = event.target.closest('[role="tab"]');
      if (tab) this.#show(tab);
    });
    list.addEventListener("keydown", (event) => {
      const by = {ArrowRight: 1, ArrowLeft: -1}[event.key];
      if (!by) return;
      event.preventDefault();
      const next = this.tabs[(this.tabs.indexOf(document.activeElement) + by + this.tabs.length) % this.tabs.length];
      this.#show(next);
      next.focus();
    });
  }

  open(name) {
    this.#show(document.getElementById(`tab-${name}`));
  }

  #show(chosen) {
    for (const tab of this.tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute("aria-selected", isChosen);
      tab.tabIndex = isChosen ? 0 : -1;
      document.getElementById(tab.getAttribute("aria-controls")).hidden = !isChosen;
    }
  }
}

/** Show a field's history over the page; the address works without this, too. */
export async function openHistory(event, address) {
  event.preventDefault();
  const window_ = document.getElementById("history");
  const answer = await fetch(address, {headers: {Accept: "text/html"}});
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.getElementById("history-body").replaceChildren(page.getElementById("history-table") ?? document.createTextNode(answer.statusText));
  window_.showModal();
}
