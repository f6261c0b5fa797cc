import { render } from "preact";

render(<h1>Parlour</h1>, document.getElementById("desk") as HTMLElement);
