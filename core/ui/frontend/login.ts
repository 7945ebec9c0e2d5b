// Sign-in pages and notices: no htmx, nothing but what they need.
import "./css/bare.css";
import * as once from "./pieces/once";
import * as password from "./pieces/password";
import * as stay from "./pieces/stay";

once.start();
password.start();
stay.start();
