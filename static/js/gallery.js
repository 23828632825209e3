import { PhotoLightbox } from "./elements/photo-lightbox.js";

customElements.define("photo-lightbox", PhotoLightbox);
