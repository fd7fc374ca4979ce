// The whole experiment in the address of the page.

import { differences, restored } from "./experiment.js";

/** An experiment as a short text that addresses can hold. */
export function packed(experiment) {
  const bytes = new TextEncoder().encode(JSON.stringify(differences(experiment)));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}

/** The experiment of such a text: {experiment, problem}; of nonsense the first one, and a line that says so. */
export function unpacked(text) {
  let short;
  try {
    const bytes = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
    short = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return { ...restored(null), problem: "The link could not be read: this is the first cell instead." };
  }
  const { experiment, refused } = restored(short);
  const problem = refused.length
    ? `Not understood in the link, and left as published: ${refused.join(", ").slice(0, 80)}.`
    : "";
  return { experiment, problem };
}
