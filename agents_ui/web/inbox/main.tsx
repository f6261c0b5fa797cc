/** The agents' inbox. */
import "./style/all.css";
import "./view/keys";
import "./state/news";
import { render } from "preact";
import { App } from "./view/App";

render(<App />, document.getElementById("desk") as HTMLElement);
