// Loads on every desk page: registers the small elements that forms use. Without it every form still works.
import { ErrorSummary } from "./elements/error-summary.js";
import { ExportRun } from "./elements/export-run.js";
import { NarrowChoices } from "./elements/narrow-choices.js";
import { PasskeyForm } from "./elements/passkey-form.js";
import { PrintPage } from "./elements/print-page.js";
import { ShowPassword } from "./elements/show-password.js";
import { watchSigningInAndOut } from "./elements/sign-out.js";

customElements.define("error-summary", ErrorSummary);
customElements.define("export-run", ExportRun);
customElements.define("narrow-choices", NarrowChoices);
customElements.define("passkey-form", PasskeyForm);
customElements.define("print-page", PrintPage);
customElements.define("show-password", ShowPassword);
watchSigningInAndOut();
