import { render } from "preact";
import { App } from "./app.tsx";

const page = document.getElementById("page");
if (page !== null) render(<App />, page);

// Without one the page works, but not offline.
if ("serviceWorker" in navigator && import.meta.env.PROD) {
  navigator.serviceWorker.register(new URL("sw.js", document.baseURI)).catch(() => undefined);
}
