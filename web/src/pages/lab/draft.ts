import { useCallback, useState } from 'react';
import type { Schemas } from '../../api/client';
import { isTexts, useKept } from '../../storage';
import { firstFiles, type Files } from './logic';

type Lab = Schemas['Lab'];

export interface Draft {
  /** The files as last drawn. */
  files: Files;
  /** The files with everything typed until now, which may not be drawn yet. */
  now: () => Files;
  write: (path: string, text: string) => void;
  restore: (pick: (file: Lab['files'][number]) => string) => void;
  /** How often the files were put back: then an editor takes its text anew. */
  restored: number;
}

/** The files of a lab as they are being written, kept in this browser at every change. */
export function useDraft(lab: Lab): Draft {
  const { value: files, now, keep } = useKept(`lab.${lab.lab_id}`, isTexts, (kept) => firstFiles(lab, kept));
  const [restored, setRestored] = useState(0);
  const write = useCallback((path: string, text: string) => keep({ ...now(), [path]: text }), [keep, now]);
  const restore: Draft['restore'] = (pick) => {
    keep(Object.fromEntries(lab.files.map((file) => [file.path, pick(file)])));
    setRestored((times) => times + 1);
  };
  return { files, now, write, restore, restored };
}
