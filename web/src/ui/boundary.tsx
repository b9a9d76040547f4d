import { Component, type ComponentChildren } from "preact";
import { messageOf } from "./message-of.ts";

/** Whatever fails inside is said in its place: the page is never blank. */
export class Boundary extends Component<
  { readonly children: ComponentChildren },
  { readonly failed: string | undefined }
> {
  override state = { failed: undefined };

  static override getDerivedStateFromError(error: unknown) {
    return { failed: messageOf(error) };
  }

  override render() {
    const { failed } = this.state;
    if (failed === undefined) return this.props.children;
    return (
      <div class="message wrong" role="alert">
        <p>This part of the page stopped: {failed}</p>
        <button
          type="button"
          onClick={() => {
            location.hash = "";
            location.reload();
          }}
        >
          Start again without the link's settings
        </button>
      </div>
    );
  }
}
