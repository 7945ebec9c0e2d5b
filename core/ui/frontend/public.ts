// Hosted forms; inside somebody's frame it tells the frame how tall it is.
import "./css/bare.css";
import * as conditions from "./form/conditions";
import * as proof from "./form/proof";
import * as once from "./pieces/once";
import * as wrong from "./pieces/wrong";

once.start();
conditions.start();
proof.start();
wrong.start();

if (document.body.hasAttribute("data-embedded") && window.parent !== window) {
  const tell = (): void => {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    // Only a height is told, so any site that was allowed to embed the form may hear it.
    window.parent.postMessage({ embed: "height", height }, "*");
  };
  new ResizeObserver(tell).observe(document.documentElement);
  tell();
}
