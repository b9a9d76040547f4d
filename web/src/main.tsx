import { render } from "preact";
import { App } from "./app.tsx";
import { serviceWorkers } from "./ui/service-workers.ts";

const page = document.getElementById("page");
// Over what it says while it is loaded.
page?.replaceChildren();
if (page !== null) render(<App />, page);

// Without one the page works, but not offline.
if (import.meta.env.PROD) {
  serviceWorkers()
    ?.register(new URL("sw.js", document.baseURI))
    .catch(() => undefined);
}
