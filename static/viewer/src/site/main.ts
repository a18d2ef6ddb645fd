/** Every page's script and style: Bootstrap, its icons, htmx and the site's own CSS. Never imports Cornerstone. */
import "bootstrap/dist/css/bootstrap.min.css";
import "bootstrap-icons/font/bootstrap-icons.min.css";
import "../../../css/site.css";
import "bootstrap";
import htmx from "htmx.org";

// The CSP forbids eval and inline styles; htmx needs neither for what we use.
htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
// A form that was refused: the focus goes to the first field that is wrong, unless the page has named one.
if (!document.querySelector("[autofocus]")) document.querySelector<HTMLElement>('main [aria-invalid="true"]')?.focus();
document.documentElement.dataset["site"] = "ready";
