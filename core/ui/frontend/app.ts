// The signed-in product.
import "./css/app.css";
import "htmx.org";
import "htmx.org/dist/ext/hx-preload.js";
import * as counts from "./inbox/counts";
import * as inbox from "./inbox/index";
import * as live from "./live";
import * as address from "./pieces/address";
import * as change from "./pieces/change";
import * as colours from "./pieces/colours";
import * as copy from "./pieces/copy";
import * as fresh from "./pieces/fresh";
import * as keys from "./pieces/keys";
import * as password from "./pieces/password";
import * as preview from "./pieces/preview";
import * as rail from "./pieces/rail";
import * as readonly from "./pieces/readonly";
import * as sheet from "./pieces/sheet";
import * as stay from "./pieces/stay";
import * as theme from "./pieces/theme";
import * as toast from "./pieces/toast";
import * as upload from "./pieces/upload";
import * as when from "./pieces/when";
import * as requests from "./requests";
import * as swaps from "./swaps";

for (const piece of [requests, readonly, swaps, theme, rail, when, password, preview, change, colours, toast, sheet, copy, keys, fresh, address, upload, counts, stay]) piece.start();
if (document.querySelector(".inbox")) inbox.start();
live.start();
