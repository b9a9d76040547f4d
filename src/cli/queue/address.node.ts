/** Where a queue is: what is shown of it never holds a user's name or password. */
import { redisLogin } from "../../environment.node.ts";
import { OptionError } from "../../tensor/errors.ts";

export class QueueAddress {
  /** As it may be shown, and typed again by whoever has the password in the environment. */
  readonly shown: string;
  readonly #url: string;

  private constructor(url: string, shown: string) {
    this.#url = url;
    this.shown = shown;
  }

  /**
   * Reads redis://host, or rediss:// for TLS, with [user:password@]host[:port][/database].
   * @throws OptionError for another text, which is not repeated: it may hold a password.
   */
  static read(text: string, where = "--queue"): QueueAddress {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    const isRedis = url !== undefined && /^rediss?:$/.test(url.protocol) && url.hostname !== ""
      && /^\/?\d*$/.test(url.pathname) && url.search === "" && url.hash === "";
    if (!isRedis) {
      throw new OptionError({ where, given: "another text", allowed: "an address as redis://host:6379",
        advice: "With TLS, rediss://host:6379; special characters of a password as %40 for @." });
    }
    return new QueueAddress(text, `${url.protocol}//${url.host}${url.pathname === "/" ? "" : url.pathname}`);
  }

  /** With whom to log in; REDIS_USERNAME and REDIS_PASSWORD if the address does not say. */
  login(): { readonly url: string; readonly username?: string; readonly password?: string } {
    const { username, password } = new URL(this.#url), named = redisLogin();
    return {
      url: this.#url, ...(username === "" && named.username !== undefined && { username: named.username }),
      ...(password === "" && named.password !== undefined && { password: named.password }),
    };
  }
}

/** A text without the user's name and password of any address of Redis in it. */
export function withoutLogin(text: string): string {
  return text.replace(/(\brediss?:\/\/)[^\s"']*@/gi, "$1");
}
