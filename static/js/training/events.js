// Pages about face-to-face events: the list of people to invite, and attendance. Both work without this, with more pages in between.
import { FindInList } from "../elements/find-in-list.js";
import { watchAttendance } from "./attendance.js";

customElements.define("find-in-list", FindInList);
const form = document.querySelector("#attendance");
if (form) watchAttendance(form);
