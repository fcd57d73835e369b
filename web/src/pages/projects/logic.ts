import type { Schemas } from '../../api/client';
import type { StatusLook } from '../../words';

type Status = Schemas['ProjectState']['status'];

const looks: Record<Status, StatusLook> = {
  'not-started': { label: 'Not begun', tone: 'rest', mark: 'open' },
  started: { label: 'Begun', tone: 'act', mark: 'half' },
  measured: { label: 'Measured', tone: 'act', mark: 'half' },
  blocked: { label: 'Blocks its phase', tone: 'stop', mark: 'bar' },
  met: { label: 'Numbers met', tone: 'done', mark: 'full' },
};
export const projectLook = (status: Status): StatusLook => looks[status];

export function weeksText(weeks: number[]): string {
  const first = Math.min(...weeks);
  const last = Math.max(...weeks);
  return first === last ? `Week ${first}` : `Weeks ${first}–${last}`;
}
