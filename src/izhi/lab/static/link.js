// The socket to the server that runs a network: commands as JSON, frames in binary, one on its way at a time.

const SPECTRUM = 2;
const HEAD = 32;

/** The token of a page that a server sent, or null. */
export function token() {
  return new URLSearchParams(location.search).get("token");
}

/** A frame's numbers: {first, columns, rows, pace, e, i, dropped, counts: [E, I], raster}. */
function frameOf(buffer) {
  const view = new DataView(buffer);
  const [first, columns, rows] = [4, 8, 12].map((at) => view.getUint32(at, true));
  const [pace, e, i, dropped] = [16, 20, 24, 28].map((at) => view.getFloat32(at, true));
  const counts = [new Uint16Array(buffer, HEAD, columns), new Uint16Array(buffer, HEAD + 2 * columns, columns)];
  return { first, columns, rows, pace, e, i, dropped, counts, raster: new Uint8Array(buffer, HEAD + 4 * columns) };
}

function spectrumOf(buffer) {
  const n = new DataView(buffer).getUint32(4, true);
  return { frequency: new Float32Array(buffer, 8, n), power: new Float32Array(buffer, 8 + 4 * n, n) };
}

/** A connection; `frame`, `spectrum` and `told` are called with what comes. */
export class Link {
  static get available() {
    return location.protocol.startsWith("http") && token() !== null;
  }

  constructor({ frame, spectrum, told }) {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    this.waiting = [];
    this.socket = new WebSocket(`${scheme}://${location.host}/live?token=${encodeURIComponent(token())}`);
    this.socket.binaryType = "arraybuffer";
    this.socket.onopen = () => this.waiting.splice(0).forEach((text) => this.socket.send(text));
    this.socket.onclose = ({ reason }) => this.ended || told({ status: "closed", reason });
    this.socket.onmessage = ({ data }) => {
      if (typeof data === "string") return told(JSON.parse(data));
      if (new DataView(data).getUint32(0, true) === SPECTRUM) return spectrum(spectrumOf(data));
      this.send("seen"); // Only now does the server send another.
      return frame(frameOf(data));
    };
  }

  get open() {
    return this.socket.readyState <= WebSocket.OPEN;
  }

  send(type, values = {}) {
    const text = JSON.stringify({ type, ...values });
    if (this.socket.readyState === WebSocket.CONNECTING) this.waiting.push(text);
    else if (this.socket.readyState === WebSocket.OPEN) this.socket.send(text);
  }

  close() {
    this.ended = true;
    this.socket.close();
  }
}
