// A frame to sign in. The drawing is kept as strokes (polylines of whole numbers in a space of
// 2000 × 1000), never its speed or pressure. Without this file one types one's name,
// in the <details> beside, which is the browser's own and the person's: it is never touched here.
import { inPlace } from "./in-use.js";

const WIDTH = 2000;
const HEIGHT = 1000;
const MAX_STROKES = 100;
const MAX_POINTS = 4000;
const STEP = 8; // Shortest distance kept between two points.
const LINE = 12;

export class SignatureFrame {
  constructor(root) {
    this.frame = root.querySelector("[data-signature-frame]");
    this.field = root.querySelector("[data-strokes]");
    this.status = root.querySelector("[data-signature-status]");
    this.strokes = [];
    this.current = null;
    inPlace(() => (root.querySelector("[data-signature-draw]").hidden = false));
    this.frame.addEventListener("pointerdown", (event) => this.begin(event));
    this.frame.addEventListener("pointermove", (event) => this.follow(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.frame.addEventListener(name, (event) => this.end(event));
    }
    root.querySelector("[data-signature-clear]").addEventListener("click", () => this.clear());
    new ResizeObserver(() => this.redraw()).observe(this.frame);
    this.restore();
  }

  // After a refusal the page comes back with what was drawn.
  restore() {
    try {
      const kept = JSON.parse(this.field.value || "[]");
      if (Array.isArray(kept)) this.strokes = kept;
    } catch {
      this.field.value = "";
    }
    if (this.strokes.length) this.keep();
    else this.redraw();
  }

  point(event) {
    const box = this.frame.getBoundingClientRect();
    const place = (value, size, limit) =>
      Math.round(Math.min(Math.max(value / size, 0), 1) * limit);
    return [
      place(event.clientX - box.left - this.frame.clientLeft, this.frame.clientWidth, WIDTH),
      place(event.clientY - box.top - this.frame.clientTop, this.frame.clientHeight, HEIGHT),
    ];
  }

  get isFull() {
    const points = this.strokes.reduce((total, stroke) => total + stroke.length, 0);
    return this.strokes.length > MAX_STROKES || points >= MAX_POINTS;
  }

  begin(event) {
    if (this.current || event.button !== 0 || this.strokes.length >= MAX_STROKES || this.isFull)
      return;
    event.preventDefault();
    this.frame.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.current = [this.point(event)];
    this.strokes.push(this.current);
  }

  follow(event) {
    if (!this.current || event.pointerId !== this.pointer) return;
    for (const item of event.getCoalescedEvents?.() ?? [event]) {
      const [x, y] = this.point(item);
      const [lastX, lastY] = this.current.at(-1);
      if (Math.hypot(x - lastX, y - lastY) >= STEP && !this.isFull) this.current.push([x, y]);
    }
    this.redraw();
  }

  end(event) {
    if (!this.current || event.pointerId !== this.pointer) return;
    this.current = null;
    this.keep();
  }

  clear() {
    this.strokes = [];
    this.current = null;
    this.keep();
  }

  keep() {
    this.field.value = this.strokes.length ? JSON.stringify(this.strokes) : "";
    this.status.textContent = this.strokes.length ? "Signature dessinée." : "Cadre vide.";
    this.redraw();
  }

  redraw() {
    const scale = window.devicePixelRatio || 1;
    const [width, height] = [this.frame.clientWidth * scale, this.frame.clientHeight * scale];
    if (this.frame.width !== Math.round(width) || this.frame.height !== Math.round(height)) {
      this.frame.width = width;
      this.frame.height = height;
    }
    const pen = this.frame.getContext("2d");
    pen.clearRect(0, 0, this.frame.width, this.frame.height);
    pen.strokeStyle = getComputedStyle(this.frame).color;
    pen.lineWidth = (LINE * width) / WIDTH;
    pen.lineCap = pen.lineJoin = "round";
    for (const stroke of this.strokes) {
      pen.beginPath();
      for (const [x, y] of stroke) pen.lineTo((x * width) / WIDTH, (y * height) / HEIGHT);
      if (stroke.length === 1)
        pen.lineTo((stroke[0][0] * width) / WIDTH, (stroke[0][1] * height) / HEIGHT + 0.1);
      pen.stroke();
    }
  }
}

for (const root of document.querySelectorAll("[data-signature]")) new SignatureFrame(root);
