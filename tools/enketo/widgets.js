// Without maps (they want tiles of other hosts) and without the old date pickers: browsers have their own.
import note from 'enketo-core/src/widget/note/notewidget';
import picker from 'enketo-core/src/widget/select-desktop/selectpicker';
import mobile from 'enketo-core/src/widget/select-mobile/selectpicker';
import autocomplete from 'enketo-core/src/widget/select-autocomplete/autocomplete';
import textarea from 'enketo-core/src/widget/textarea/textarea';
import table from 'enketo-core/src/widget/table/tablewidget';
import radio from 'enketo-core/src/widget/radio/radiopicker';
import media from 'enketo-core/src/widget/select-media/select-media';
import file from 'enketo-core/src/widget/file/filepicker';
import draw from 'enketo-core/src/widget/draw/draw-widget';
import likert from 'enketo-core/src/widget/select-likert/likertitem';
import columns from 'enketo-core/src/widget/columns/columns';
import range from 'enketo-core/src/widget/range/range-widget';
import rank from 'enketo-core/src/widget/rank/rank-widget';
import url from 'enketo-core/src/widget/url/url-widget';
import most from 'enketo-core/src/widget/text-max/text-max';
import rating from 'enketo-core/src/widget/rating/rating';
import thousands from 'enketo-core/src/widget/thousands-sep/thousands-sep';
import decimal from 'enketo-core/src/widget/number-input/decimal-input';
import integer from 'enketo-core/src/widget/number-input/integer-input';

export default [
    note, picker, mobile, autocomplete, textarea, table, radio, media, file, draw, likert, columns, range, rank, url,
    most, rating, thousands, decimal, integer,
];
