// The page on its own: the laboratory in its one element.

import { render } from "./lab.js";

render({ el: document.getElementById("lab") });
