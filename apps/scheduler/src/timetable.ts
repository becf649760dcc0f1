/** What each schedule starts: the api starts the same by hand, so the table stands in the refresh room. */
export { type Appointment, timetable } from '@freshet/refresh';
